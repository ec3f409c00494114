import { compareScripts } from "./testing/command-scripts";
import { scenarios } from "./testing/command-scenarios";

// Scripts around single commands: what every command prints, how it exits, and the files that the scripts show.

compareScripts(scenarios);
