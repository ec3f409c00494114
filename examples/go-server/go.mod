module example.org/hello-server

go 1.21
