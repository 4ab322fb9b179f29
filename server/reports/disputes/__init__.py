"""What 司法所 is told of disputes: counted from the cases, told apart by the official lists, small figures kept back."""
