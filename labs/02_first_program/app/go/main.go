// Lab 02. Send the lines of $LAB_DATA/orders.txt to the topic `orders`; then read them all back as
// the group `shop`, and commit how far you have read.
package main

import (
	"bufio"
	"context"
	"log"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
)

func newClient(options ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append(options, kgo.SeedBrokers(os.Getenv("BOOTSTRAP")))...)
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func sendOrders(ctx context.Context) {
	client := newClient()
	defer client.Close()
	file, err := os.Open(os.Getenv("LAB_DATA") + "/orders.txt")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		// TODO: client.Produce(ctx, &kgo.Record{Topic: "orders", Value: ...}, nil)
	}
	// TODO: what has to happen before this function may return?
}

func readOrders(ctx context.Context) {
	client := newClient(kgo.ConsumerGroup("shop"), kgo.ConsumeTopics("orders"),
		kgo.DisableAutoCommit())
	// TODO: where does a group begin that has never read anything (kgo.ConsumeResetOffset)?
	defer client.Close()
	// TODO: client.PollFetches(ctx) until the end of the partition. Each partition of what came has
	// a HighWatermark: the offset of the next record to be written. Then commit.
}

func main() {
	ctx := context.Background()
	sendOrders(ctx)
	readOrders(ctx)
}
