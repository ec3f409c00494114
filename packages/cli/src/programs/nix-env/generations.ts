import {
	deleteGenerations as deleteByNumber,
	deleteGenerationsGreaterThan,
	deleteGenerationsOlderThan,
	deleteOldGenerations,
	findGenerations,
	parseOlderThan,
	switchGeneration as switchTo,
	switchLink,
	withLockedProfile,
} from "../../profiles/generations";
import { profileLink } from "../../profiles/places";
import { UsageError } from "../../usage-error";
import { NixError } from "@tsnix/store";
import { noFlags, type Operation } from "./context";

/** `-S`: the profile that `~/.nix-profile` leads to. */
export const switchProfile: Operation = async (context) => {
	noFlags(context);
	const { session, args } = context;
	if (args.length !== 1) throw new UsageError("exactly one argument expected");
	const link = profileLink(session);
	const profile = session.absolute(args[0]);
	switchLink(link, profile);
};

/** `-G`: another version of the profile. */
export const switchGeneration: Operation = async (context) => {
	noFlags(context);
	const { session, profile, args, dryRun } = context;
	if (args.length !== 1) throw new UsageError("exactly one argument expected");
	if (!/^\+?[0-9]+$/.test(args[0])) throw new UsageError("expected a generation number");
	await switchTo(session, profile, Number(args[0]), dryRun);
};

/** `--rollback`: the version before. */
export const rollback: Operation = async (context) => {
	noFlags(context);
	if (context.args.length !== 0) throw new UsageError("no arguments expected");
	await switchTo(context.session, context.profile, undefined, context.dryRun);
};

const two = (n: number): string => String(n).padStart(2, "0");

/** `--list-generations`: versions and when they came, in local time. */
export const listGenerations: Operation = async (context) => {
	noFlags(context);
	const { session, profile, args } = context;
	if (args.length !== 0) throw new UsageError("no arguments expected");
	await withLockedProfile(session, profile, () => {
		const { generations, current } = findGenerations(profile);
		for (const { number, created } of generations) {
			const t = new Date(created * 1000);
			const day = `${String(t.getFullYear()).padStart(4)}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
			const time = `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
			session.print(`${String(number).padStart(4)}   ${day} ${time}   ${number === current ? "(current)" : ""}`);
		}
	});
};

/** `--delete-generations`: by number, `old`, by age (`30d`), or all but the newest (`+5`). */
export const deleteGenerations: Operation = async (context) => {
	noFlags(context);
	const { session, profile, args, dryRun } = context;
	const [only] = args;
	if (args.length === 1 && only === "old") return deleteOldGenerations(session, profile, dryRun);
	if (args.length === 1 && only.includes("d"))
		return deleteGenerationsOlderThan(session, profile, parseOlderThan(only, Date.now() / 1000), dryRun);
	if (args.length === 1 && only.includes("+")) {
		if (only.length < 2) throw new NixError("BAD_NUMBER", `invalid number of generations '${only}'`);
		const text = only.slice(1);
		if (!/^\+?[0-9]+$/.test(text)) throw new NixError("BAD_NUMBER", `invalid number of generations to keep '${only}'`);
		return deleteGenerationsGreaterThan(session, profile, Number(text), dryRun);
	}
	const numbers = args.map((arg) => {
		if (!/^\+?[0-9]+$/.test(arg)) throw new UsageError(`invalid generation number '${arg}'`);
		return Number(arg);
	});
	await deleteByNumber(session, profile, new Set(numbers), dryRun);
};
