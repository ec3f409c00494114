import { type Machine, type MachineRequest, suits } from "./machines";

/** A machine that is to build something; `release` when it has. */
export interface MachineSlot {
	readonly machine: Machine;
	release(): void;
}

/** Machines, and how much each of them has to do. */
export class MachinePool {
	readonly #load = new Map<Machine, number>();
	readonly #disabled = new Set<Machine>();
	#waiting: (() => void)[] = [];

	constructor(readonly machines: readonly Machine[]) {}

	/**
	 * The machine that has the least to do for how fast it is; `busy` where all that could build it have enough to do,
	 * undefined where there is none.
	 */
	choose(request: MachineRequest): MachineSlot | "busy" | undefined {
		const suitable = this.machines.filter((machine) => !this.#disabled.has(machine) && suits(machine, request));
		const free = suitable.filter((machine) => this.#loadOf(machine) < machine.maxJobs);
		let best: Machine | undefined;
		for (const machine of free) if (best === undefined || this.#isBetter(machine, best)) best = machine;
		if (best === undefined) return suitable.length > 0 ? "busy" : undefined;
		const machine = best;
		this.#load.set(machine, this.#loadOf(machine) + 1);
		let held = true;
		return {
			machine,
			release: () => {
				if (!held) return;
				held = false;
				this.#load.set(machine, this.#loadOf(machine) - 1);
				const waiting = this.#waiting;
				this.#waiting = [];
				for (const wake of waiting) wake();
			},
		};
	}

	/** A machine that cannot be reached is not asked again. */
	disable(machine: Machine): void {
		this.#disabled.add(machine);
	}

	/** Until a machine has less to do. */
	changed(): Promise<void> {
		return new Promise((resolve) => void this.#waiting.push(resolve));
	}

	#loadOf(machine: Machine): number {
		return this.#load.get(machine) ?? 0;
	}

	#isBetter(machine: Machine, than: Machine): boolean {
		const [a, b] = [machine, than].map((m) => this.#loadOf(m) / m.speedFactor) as [number, number];
		if (a !== b) return a < b;
		if (machine.speedFactor !== than.speedFactor) return machine.speedFactor > than.speedFactor;
		return this.#loadOf(machine) < this.#loadOf(than);
	}
}

/** What is told where no machine builds a derivation. */
export const noMachineMessage = (
	drvName: string,
	{ system, features }: MachineRequest,
	machines: readonly Machine[],
): string =>
	[
		"Failed to find a machine for remote build!",
		`derivation: ${drvName}`,
		`required (system, features): (${system}, [${list(features)}])`,
		`${machines.length} available machines:`,
		"(systems, maxjobs, supportedFeatures, mandatoryFeatures)",
		...machines.map(
			(machine) =>
				`([${list(machine.systems)}], ${machine.maxJobs}, [${list(machine.supportedFeatures)}], [${list(machine.mandatoryFeatures)}])`,
		),
	].join("\n");

const list = (names: ReadonlySet<string>): string => [...names].sort().join(", ");
