import { additions } from "./operations/additions";
import { administration } from "./operations/administration";
import { builds } from "./operations/builds";
import type { Handler } from "./operations/handler";
import { queries } from "./operations/queries";
import { realisations } from "./operations/realisations";
import { roots } from "./operations/roots";
import { substitution } from "./operations/substitution";

/** How each operation is answered, by its number. */
export const daemonOperations: ReadonlyMap<number, Handler> = new Map([
	...queries,
	...substitution,
	...additions,
	...builds,
	...realisations,
	...roots,
	...administration,
]);
