"""What leaves the project: files to upload, lists, write-back."""
