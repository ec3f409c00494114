import { NixError } from "@tsnix/store";
import { describe, expect, it } from "vitest";
import { errorCodec } from "../worker/errors";
import type { Notice } from "../worker/start";
import { InThreadEvaluation } from "./in-thread";
import type { CommandSurroundings } from "./serve-commands";

const warning = (text: string): Notice => ({ name: "log", value: { kind: "warning", text } });

/** An evaluation whose `lock` is as given, and a thread that takes down what it is asked. */
const evaluation = (lock: (surroundings: CommandSurroundings) => unknown) => {
	const shown: string[] = [];
	const asked: string[] = [];
	const notice = (n: Notice) => void shown.push(JSON.stringify(n.value));
	const here: InThreadEvaluation = new InThreadEvaluation({
		open: (surroundings) => ({
			handlers: { parse: (text: string) => `parsed ${text}`, lock: () => lock(surroundings) },
			encodeError: (error) => errorCodec.encode(error),
		}),
		services: { flakeConfig: () => "applied" },
		notice,
		thread: () => ({
			call: async (method, ...args) => {
				asked.push([method, ...args].join(" "));
				for (const n of [warning("one"), warning("two")]) if (!here.wasTold(n)) notice(n);
				return `thread's ${method}`;
			},
			close: async () => void asked.push("close"),
		}),
	});
	return { here, shown, asked };
};

describe("an evaluation in the command's own thread", () => {
	it("answers calls here, as long as nothing blocks", async () => {
		const { here, asked } = evaluation(({ call }) => call("flakeConfig", []));
		expect(await here.call("parse", "x")).toBe("parsed x");
		expect(await here.call("lock")).toBe("applied");
		expect(asked).toEqual([]);
	});

	it("goes on in a thread where something would block, and tells nothing twice", async () => {
		const { here, shown, asked } = evaluation(({ call, notice }) => {
			notice(warning("one"));
			return call("http", [{ url: "http://example.org" }]);
		});
		await here.call("parse", "x");
		expect(await here.call("lock")).toBe("thread's lock");
		expect(asked).toEqual(["parse x", "lock"]);
		expect(shown.filter((text) => text.includes("one"))).toHaveLength(2);
		await here.close();
		expect(asked.at(-1)).toBe("close");
	});

	it("goes on there, too, where the stack does not suffice", async () => {
		const deep = (n: number): number => 1 + deep(n + 1);
		expect(await evaluation(() => deep(0)).here.call("lock")).toBe("thread's lock");
	});

	it("fails as an evaluation in a thread fails", async () => {
		const { here } = evaluation(() => {
			throw new NixError("X", "no such thing");
		});
		await expect(here.call("lock")).rejects.toMatchObject({ code: "X", message: "no such thing" });
	});

	it("ends what it waits for when it is closed", async () => {
		const { here } = evaluation(
			({ signal }) => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted")))),
		);
		const waiting = here.call("lock");
		await here.close();
		await expect(waiting).rejects.toThrow();
	});
});
