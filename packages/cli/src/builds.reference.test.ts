import { scenarios } from "./testing/build-scenarios";
import { compareScripts } from "./testing/command-scripts";

// Builds and stores: what commands print, how they exit, and what they leave.

compareScripts(scenarios);
