# The distribution tree, build/kafka, laid out like Apache Kafka's:
#   bin/     scripts under Kafka's names, a few lines of sh each
#   libs/    the two programs that they run
#   config/  broker.properties, controller.properties, server.properties, ...
# It holds no absolute path, so that it can be copied to /opt/kafka as it is.
set(KAFKA_TREE ${CMAKE_BINARY_DIR}/kafka)

foreach(program kafka-server kafka-tools)
  if(TARGET ${program})
    set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${KAFKA_TREE}/libs)
  endif()
endforeach()

# Scripts that all are bin/kafka-tool.sh. Those that stand for nothing here say so in one sentence.
set(TOOL_SCRIPTS
    kafka-topics kafka-console-producer kafka-console-consumer kafka-storage kafka-metadata-quorum
    kafka-server-stop kafka-consumer-groups kafka-get-offsets kafka-configs kafka-log-dirs
    kafka-delete-records kafka-broker-api-versions kafka-cluster kafka-dump-log
    kafka-leader-election kafka-reassign-partitions kafka-features
    # gone with ZooKeeper
    zookeeper-server-start zookeeper-server-stop zookeeper-shell zookeeper-security-migration
    kafka-preferred-replica-election
    # not built
    connect-distributed connect-mirror-maker connect-plugin-path connect-standalone kafka-acls
    kafka-client-metrics kafka-console-share-consumer kafka-consumer-perf-test
    kafka-delegation-tokens kafka-e2e-latency kafka-groups kafka-jmx kafka-metadata-shell
    kafka-mirror-maker kafka-producer-perf-test kafka-replica-verification kafka-run-class
    kafka-share-consumer-perf-test kafka-share-groups kafka-streams-application-reset
    kafka-streams-groups kafka-transactions kafka-verifiable-consumer kafka-verifiable-producer
    kafka-verifiable-share-consumer trogdor)

set(TREE_FILES)
function(tree_file source target)
  add_custom_command(OUTPUT ${KAFKA_TREE}/${target} DEPENDS ${source}
                     COMMAND ${CMAKE_COMMAND} -E copy ${source} ${KAFKA_TREE}/${target} VERBATIM)
  list(APPEND TREE_FILES ${KAFKA_TREE}/${target})
  set(TREE_FILES ${TREE_FILES} PARENT_SCOPE)
endfunction()

set(SCRIPTS ${CMAKE_SOURCE_DIR}/broker/tools/bin)
tree_file(${SCRIPTS}/kafka-server-start.sh bin/kafka-server-start.sh)
foreach(name ${TOOL_SCRIPTS})
  tree_file(${SCRIPTS}/kafka-tool.sh bin/${name}.sh)
endforeach()
file(GLOB CONFIGS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/broker/config/dist/*.properties)
foreach(config ${CONFIGS})
  get_filename_component(name ${config} NAME)
  tree_file(${config} config/${name})
endforeach()

add_custom_target(distribution ALL DEPENDS ${TREE_FILES})
foreach(program kafka-server kafka-tools)
  if(TARGET ${program})
    add_dependencies(distribution ${program})
  endif()
endforeach()
