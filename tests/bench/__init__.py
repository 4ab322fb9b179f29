"""The load the product is measured by, beside the physical limits of the same machine in the same run."""
