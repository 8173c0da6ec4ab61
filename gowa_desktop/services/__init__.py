"""The program without a window: orchestration on the main thread, QtCore and QtNetwork only."""
