// Lab 03. Sends every line of $LAB_DATA/$PLACE.txt to the topic `orders`. It is started twice at the
// same time: once inside the container network and once outside. The program is right; what it is told
// about the network may not be.
package main

import (
	"bufio"
	"context"
	"log"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func open(name string) *os.File {
	file, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	return file
}

// Of the properties franz-go takes one: where to ask first.
func bootstrapOf(place string) []string {
	file := open(place + ".properties")
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, servers, _ := strings.Cut(lines.Text(), "="); name == "bootstrap.servers" {
			return strings.Split(servers, ",")
		}
	}
	return nil
}

func main() {
	ctx := context.Background()
	place := os.Getenv("PLACE") // "inside" or "outside"
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrapOf(place)...),
		kgo.ClientID(os.Getenv("CLIENT_ID")), kgo.AllowAutoTopicCreation(),
		kgo.RecordDeliveryTimeout(15*time.Second), kgo.Dialer(dialInPlace))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	orders := open(os.Getenv("LAB_DATA") + "/" + place + ".txt")
	defer orders.Close()
	for lines := bufio.NewScanner(orders); lines.Scan(); {
		record := &kgo.Record{Topic: "orders", Value: []byte(lines.Text())}
		client.Produce(ctx, record, func(_ *kgo.Record, err error) {
			if err != nil {
				log.Print(err)
			}
		})
	}
	if err := client.Flush(ctx); err != nil {
		log.Fatal(err)
	}
}
