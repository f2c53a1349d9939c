"""Pure functions on texts: cleaning, paragraph ids, comparison, slugs, plain text. No models, no settings."""
