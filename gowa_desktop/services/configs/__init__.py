"""Settings of instances, one or many, and templates of them."""
