"""Teleoperators: what the operator holds, or what stands in for an operator."""
