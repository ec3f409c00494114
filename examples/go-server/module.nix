# `services.hello-server.enable = true;` runs the server as a systemd unit.
{ config, lib, ... }:

let
  cfg = config.services.hello-server;
in
{
  options.services.hello-server = {
    enable = lib.mkEnableOption "the greeting web server";

    package = lib.mkOption {
      type = lib.types.package;
      description = "The server's package.";
    };
  };

  config = lib.mkIf cfg.enable {
    systemd.services.hello-server = {
      description = "Greeting web server";
      wantedBy = [ "multi-user.target" ];
      after = [ "network.target" ];
      serviceConfig = {
        ExecStart = "${lib.getExe cfg.package} -listen :8080";
        DynamicUser = true;
        Restart = "on-failure";
        ProtectSystem = "strict";
        ProtectHome = true;
        NoNewPrivileges = true;
      };
    };

    networking.firewall.allowedTCPPorts = [ 8080 ];
  };
}
