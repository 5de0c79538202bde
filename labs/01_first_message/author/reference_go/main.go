// franz-go: the same three steps, the first of them as the bare request.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func readLines(name string) []string {
	text, err := os.ReadFile(os.Getenv("LAB_DATA") + "/" + name)
	check(err)
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

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

func createTopic(ctx context.Context, client *kgo.Client) {
	topic := kmsg.NewCreateTopicsRequestTopic()
	topic.Topic = "cities"
	topic.NumPartitions = 1
	topic.ReplicationFactor = 1
	request := kmsg.NewPtrCreateTopicsRequest()
	request.Topics = append(request.Topics, topic)
	answer, err := request.RequestWith(ctx, client)
	check(err)
	check(kerr.ErrorForCode(answer.Topics[0].ErrorCode))
}

func main() {
	ctx := context.Background()
	cities := readLines("cities.txt")
	client := newClient()
	defer client.Close()
	createTopic(ctx, client)
	for _, city := range cities {
		record := &kgo.Record{Topic: "cities", Value: []byte(city)}
		check(client.ProduceSync(ctx, record).FirstErr())
	}

	reader := newClient(kgo.ConsumeTopics("cities"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer reader.Close()
	for read := 0; read < len(cities); {
		fetches := reader.PollFetches(ctx)
		check(fetches.Err())
		fetches.EachRecord(func(record *kgo.Record) {
			fmt.Println(record.Offset, string(record.Value))
			read++
		})
	}
}
