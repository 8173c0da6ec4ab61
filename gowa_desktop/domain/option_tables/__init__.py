"""The option table, a module per group of sections. Facts: GOWA facts 1 and its option list (v5.0.0 to v9.2.0)."""
