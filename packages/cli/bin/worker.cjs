// The thread that evaluates. Its script is loaded by another, so that it comes from the compile cache.
const modules = require("node:module");
modules.enableCompileCache?.();
require("../dist/worker.cjs");
