"""What GOWA Desktop means by its words: values and rules, without I/O, clock or Qt."""
