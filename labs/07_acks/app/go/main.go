// Lab 07. Send the lines of $LAB_DATA/orders.txt to `orders`, and write into `ledger` those that are
// stored. This ledger believes everything that it is told.
package main

import (
	"bufio"
	"context"
	"log"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
)

// When a batch is refused, franz-go fails all that waits behind it, unsent: so nothing waits.
const batchSize = 10

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func newClient(options ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append(options, kgo.SeedBrokers(os.Getenv("BOOTSTRAP")))...)
	check(err)
	return client
}

func main() {
	ctx := context.Background()
	file, err := os.Open(os.Getenv("LAB_DATA") + "/orders.txt")
	check(err)
	defer file.Close()

	orders := newClient(
		kgo.RequiredAcks(kgo.LeaderAck()), // TODO: who has to have a record before it is stored?
		kgo.DisableIdempotentWrite(),
		kgo.ManualFlushing()) // a batch is what stands between two flushes
	defer orders.Close()
	var sent [][]byte
	for lines := bufio.NewScanner(file); lines.Scan(); {
		order := []byte(lines.Text())
		// TODO: the last argument is called with (record, error) when the record's fate is known.
		orders.Produce(ctx, &kgo.Record{Topic: "orders", Value: order}, nil)
		sent = append(sent, order)
		if len(sent)%batchSize == 0 {
			check(orders.Flush(ctx))
		}
	}
	check(orders.Flush(ctx))

	ledger := newClient()
	defer ledger.Close()
	for _, order := range sent {
		ledger.Produce(ctx, &kgo.Record{Topic: "ledger", Value: order}, nil)
	}
	check(ledger.Flush(ctx))
}
