"""The Windows installer built, installed, used, upgraded and removed under Wine, on a Linux computer without Windows."""
