"""Forward and inverse kinematics of described arms."""
