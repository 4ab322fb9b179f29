"""The product's own client engine against the product's own handlers, with everything that can go wrong between them."""
