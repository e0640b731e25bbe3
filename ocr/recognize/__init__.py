"""Recognize: the characters of each line, by an engine of choice."""

import os

# From 1.29 on, onnxruntime reports its use to its makers, over the network, unless it is told not
# to before it is loaded. Who reads archives tells nobody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
