import { compareScripts } from "./testing/command-scripts";
import { storeScenarios } from "./testing/store-scenarios";

// Scripts around stores: what is not valid, not well-formed, or damaged.

compareScripts(storeScenarios);
