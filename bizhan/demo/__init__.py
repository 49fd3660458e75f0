"""The demonstration district: Bishan's structure, invented compounds, a life for every ticket."""
