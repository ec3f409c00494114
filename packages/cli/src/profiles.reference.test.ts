import { compareScripts } from "./testing/command-scripts";
import { scenarios } from "./testing/profile-scenarios";

// Scripts that change profiles: what every command prints, how it exits, and the files that the scripts show.

compareScripts(scenarios);
