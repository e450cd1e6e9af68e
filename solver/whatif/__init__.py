"""What if: declines and other changes, with complete and with unknown standings."""
