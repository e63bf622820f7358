"""Where is my mistake? Claims about a derivation, compared with it, and the cause where one is wrong."""
