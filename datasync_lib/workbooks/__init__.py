"""The workbooks that units get, and the way back of what they decide. Nothing here decides what a finding does not say."""
