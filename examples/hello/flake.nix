{
  description = "A greeting, built by functions instead of programs";

  inputs.greeting.url = "path:./greeting";

  outputs =
    { self, greeting }:
    let
      system = "x86_64-linux";

      # A text in the store. The builder "write-text" is a JavaScript function: see run.mjs.
      text =
        name: contents:
        derivation {
          inherit name system contents;
          builder = "write-text";
        };

      words = text "words" (greeting.lib.greet "world");
    in
    {
      # The words, wrapped in a program by a second function. Naming `words` makes it a dependency.
      packages.${system} = {
        inherit words;
        default = derivation {
          name = "hello-1.0";
          inherit system words;
          builder = "write-program";
        };
      };
    };
}
