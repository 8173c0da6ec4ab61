"""Processes of instances: launched or adopted, watched, judged, explained."""
