"""Charts of what instances use. `pyqtgraph` and `numpy` are imported here alone, and when the first chart is shown."""
