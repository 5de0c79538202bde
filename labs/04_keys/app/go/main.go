// Lab 04. Send each order with its customer as key, so that a customer's orders keep their order;
// then send a receipt for each, that names the place where it stands.
package main

import (
	"bufio"
	"context"
	"log"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	ctx := context.Background()
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Getenv("BOOTSTRAP")))
	check(err)
	defer client.Close()
	file, err := os.Open(os.Getenv("LAB_DATA") + "/orders.txt")
	check(err)
	defer file.Close()

	var receipts []*kgo.Record
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.SplitN(lines.Text(), "\t", 2)
		customer, order := fields[0], fields[1]
		// TODO: the key; and which partition does a producer in Java choose for it?
		record := &kgo.Record{Topic: "orders", Value: []byte(order)}
		check(client.ProduceSync(ctx, record).FirstErr())
		// TODO: what names a record of a topic with three partitions? `record` knows its place now.
		receipts = append(receipts,
			&kgo.Record{Topic: "receipts", Key: []byte(customer), Value: []byte("?")})
	}
	check(client.ProduceSync(ctx, receipts...).FirstErr())
}
