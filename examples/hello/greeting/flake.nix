{
  description = "How to greet";

  outputs = _: {
    lib.greet = who: "Hello, ${who}!";
  };
}
