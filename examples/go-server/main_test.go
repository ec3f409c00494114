package main

import (
	"net/http/httptest"
	"testing"
)

func TestGreeting(t *testing.T) {
	for query, want := range map[string]string{"/": "Hello, world!\n", "/?name=Nix": "Hello, Nix!\n"} {
		response := httptest.NewRecorder()
		handler().ServeHTTP(response, httptest.NewRequest("GET", query, nil))
		if got := response.Body.String(); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}
