"""Moving instances from one version to another and back, and the snapshots that make it safe."""
