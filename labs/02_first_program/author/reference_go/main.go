// franz-go: the end of the partition is the high watermark that comes with each answer.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"

	"github.com/twmb/franz-go/pkg/kgo"
)

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

func sendOrders(ctx context.Context) {
	client := newClient()
	defer client.Close()
	file, err := os.Open(os.Getenv("LAB_DATA") + "/orders.txt")
	check(err)
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		record := &kgo.Record{Topic: "orders", Value: []byte(lines.Text())}
		client.Produce(ctx, record, func(_ *kgo.Record, err error) { check(err) })
	}
	check(client.Flush(ctx))
}

func readOrders(ctx context.Context) {
	client := newClient(kgo.ConsumerGroup("shop"), kgo.ConsumeTopics("orders"),
		kgo.DisableAutoCommit(), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer client.Close()
	for next, end := int64(0), int64(-1); next != end; {
		fetches := client.PollFetches(ctx)
		check(fetches.Err())
		fetches.EachPartition(func(partition kgo.FetchTopicPartition) {
			end = partition.HighWatermark
			for _, record := range partition.Records {
				fmt.Println(record.Offset, string(record.Value))
				next = record.Offset + 1
			}
		})
	}
	check(client.CommitUncommittedOffsets(ctx))
}

func main() {
	ctx := context.Background()
	sendOrders(ctx)
	readOrders(ctx)
}
