"""The stand-in for the OpenAI API, asked over real HTTP by OpenAI's own client."""
