"""The installers, tried out as a person would; needs minutes and other people's tools, so it is no part of the tests that run each time."""
