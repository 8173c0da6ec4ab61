"""Logs as documents, streams, events and files for somebody who helps."""
