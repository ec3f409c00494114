#!/usr/bin/env node
// What package managers install; on Windows they make a program of it that calls Node.
require("../dist/start.cjs");
