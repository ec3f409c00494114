import type { Derivation } from "../../formats/derivation/derivation";
import type { StorePath } from "../../formats/store-path";
import type { ActivityMessage } from "../activities";
import type { MachinePool } from "./machine-pool";
import type { Machine } from "./machines";

/** What a machine is to build. */
export interface RemoteJob {
	readonly drvPath: StorePath;
	readonly derivation: Derivation;
	/** The closure of the inputs, which the machine has to have. */
	readonly inputPaths: readonly StorePath[];
	/** The outputs that are not there yet, which are to be brought here. */
	readonly wantedOutputs: readonly string[];
	/** What the machine tells while it builds. */
	readonly tell: (message: ActivityMessage | { readonly type: "line"; readonly text: string }) => void;
	readonly signal: AbortSignal;
}

/** A machine that is connected. */
export interface ConnectedMachine {
	/** Builds, so that the outputs are valid here, and what they were realised to is known. Throws NixErrors. */
	build(job: RemoteJob): Promise<void>;
}

/** Machines that build for this one (the setting `builders`), and how they are reached. */
export interface RemoteBuilding {
	readonly pool: MachinePool;
	/** Throws where the machine cannot be reached. */
	connect(machine: Machine): Promise<ConnectedMachine>;
}
