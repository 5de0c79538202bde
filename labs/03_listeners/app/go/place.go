// The network as it is in the place where the program runs; nothing to repair here. Programs that use
// the C library see it without help, Go has a resolver of its own.
//
//	LAB_NAMES   name=address,...                  all the names that there are
//	LAB_PORTS   address:port>address:port,...     published ports: who dials the one gets the other
package main

import (
	"context"
	"encoding/binary"
	"net"
	"os"
	"strings"
	"time"
)

type pair struct{ from, to string }

func pairsOf(variable, mark string) (pairs []pair) {
	for _, entry := range strings.Split(os.Getenv(variable), ",") {
		if from, to, found := strings.Cut(entry, mark); found {
			pairs = append(pairs, pair{from, to})
		}
	}
	return pairs
}

// What the grader reads besides the requests: an entry of the evidence (broker/core/evidence.h), type 9.
func note(what string) {
	text := os.Getenv("LAB_PLACE") + " " + what
	entry := make([]byte, 4+1+8+8, 64+len(text))
	binary.BigEndian.PutUint32(entry, uint32(1+8+8+len(text)))
	entry[4] = 9
	binary.BigEndian.PutUint64(entry[5:], uint64(time.Now().UnixMicro()))
	entry = append(entry, text...)
	file, err := os.OpenFile(os.Getenv("LAB_EVIDENCE"), os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		_, _ = file.Write(entry)
		file.Close()
	}
}

// dialInPlace is for kgo.Dialer.
func dialInPlace(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	at, name := "", host
	for _, known := range pairsOf("LAB_NAMES", "=") {
		if known.from == host {
			at = known.to
		}
	}
	if at == "" && net.ParseIP(host) == nil {
		note("looks up " + host + ": there is no such name")
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if host == "127.0.0.1" {
		name = "localhost"
	}
	note("dials " + name + ":" + port)
	if at == "" {
		at = host
	}
	to := net.JoinHostPort(at, port)
	for _, published := range pairsOf("LAB_PORTS", ">") {
		if published.from == to {
			to = published.to
			break
		}
	}
	return (&net.Dialer{}).DialContext(ctx, network, to)
}
