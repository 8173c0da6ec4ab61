"""The list of instances and the details of one."""
