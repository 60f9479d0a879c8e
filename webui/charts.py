"""Where the marks and labels of a chart stand, in the units of its SVG."""
