"""Takes the place of PySide6.QtOpenGL in the frozen program: 9 MB that pyqtgraph imports and only its OpenGL widgets use, which we do not."""
