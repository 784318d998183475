// The registry of go-containerregistry with its list of referrers switched on, which `crane registry serve` leaves off.
//
//	ggcr HOST:PORT   serves from memory until it is ended
package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: ggcr HOST:PORT")
	}
	handler := registry.New(
		registry.WithReferrersSupport(true),
		registry.Logger(log.New(io.Discard, "", 0)),
	)
	server := &http.Server{Addr: os.Args[1], Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
