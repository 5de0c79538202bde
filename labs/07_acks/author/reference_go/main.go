// franz-go: a promise for each order; the ledger names those that were kept.
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

	// Without idempotence: an idempotent producer gives up all that is behind such an error.
	orders := newClient(kgo.RequiredAcks(kgo.AllISRAcks()), kgo.DisableIdempotentWrite(),
		kgo.ManualFlushing())
	defer orders.Close()
	var entries []*kgo.Record
	report := func(order *kgo.Record, err error) { // one call at a time
		if err != nil {
			log.Printf("not stored: %s: %v", order.Value, err)
			return
		}
		entries = append(entries, &kgo.Record{Topic: "ledger", Value: order.Value})
	}
	lines := bufio.NewScanner(file)
	for sent := 1; lines.Scan(); sent++ {
		order := []byte(lines.Text())
		orders.Produce(ctx, &kgo.Record{Topic: "orders", Value: order}, report)
		if sent%batchSize == 0 {
			check(orders.Flush(ctx))
		}
	}
	check(orders.Flush(ctx))

	ledger := newClient()
	defer ledger.Close()
	check(ledger.ProduceSync(ctx, entries...).FirstErr())
}
