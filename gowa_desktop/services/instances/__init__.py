"""The life of instances: what front ends call, what starts and stops them, what takes their folders away."""
