"""What several methods are made of: mixins, and the checks of settings."""
