"""Files, sockets and the operating system. May block, knows neither Qt nor the database."""
