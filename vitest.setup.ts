import fc from "fast-check";

// Tests do the same each time. FAST_CHECK_SEED looks at other examples.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 2_348) });
