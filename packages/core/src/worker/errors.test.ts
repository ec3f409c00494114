import { EvalError } from "@tsnix/eval";
import { expect, it } from "vitest";
import { type EvaluationError, errorCodec } from "./errors";

it("an error that crosses between threads keeps the bytes of what it quotes", () => {
	const crossed = errorCodec.decode(errorCodec.encode(new EvalError("NIX_EVAL", "bad \xff, good \xc3\xa9")));
	expect((crossed as EvaluationError).renderBytes()).toBe("error: bad \xff, good \xc3\xa9");
	expect((crossed as EvaluationError).render({ form: "short" })).toBe("error[NIX_EVAL]: bad \ufffd, good é");
	expect((crossed as EvaluationError).render()).toBe("error: bad \ufffd, good é");
});
